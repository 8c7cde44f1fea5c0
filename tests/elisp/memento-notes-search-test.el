;;; memento-notes-search-test.el --- Tests of the search in all notes  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-notes-test-helper)

(declare-function memento-core-notes-search "ext:memento-core")

(defun memento-test-candidates (table input styles)
  "Return the candidates of TABLE for INPUT as a user interface gets them.
STYLES are the person's `completion-styles'."
  (let* ((completion-styles styles)
         (metadata (completion-metadata input table nil))
         (all (completion-all-completions input table nil (length input) metadata)))
    (when (consp all)
      (setcdr (last all) nil))
    (mapcar #'substring-no-properties all)))

(ert-deftest memento-notes-search-test-no-style-throws-hits-away ()
  (memento-test-with-notes
    (memento-test-answering
        (lambda (prompt table _predicate require-match &rest _)
          (should (equal prompt "Search notes: "))
          (should-not require-match)
          (dolist (styles '((basic partial-completion emacs22) (substring) (flex) (initials) (basic)))
            (should (equal (memento-test-candidates table "beans may" styles) '("Garden")))
            (should (equal (memento-test-candidates table "tile" styles) '("Plan")))
            (should (equal (sort (memento-test-candidates table "first" styles) #'string<)
                           '("Plan<Garden>" "Plan<House>")))
            (should-not (memento-test-candidates table "nowhere" styles))
            ;; The title that one of those styles would have found, without the words.
            (should-not (memento-test-candidates table "Gar xyzzy" styles))
            (should-not (memento-test-candidates table "" styles))
            (should-not (memento-test-candidates table "-" styles)))
          "beans may")
      (memento-notes-search))
    ;; The commands that complete leave what was typed as it is.
    (should (equal memento--search-history '("beans may")))
    (should-not (assq 'memento-live completion-styles-alist))
    (should-not (assq 'memento-note-hit completion-category-defaults))))

(ert-deftest memento-notes-search-test-completing-keeps-the-query ()
  (memento-test-with-notes
    (memento-test-answering
        (lambda (_ table &rest _)
          (let ((metadata (completion-metadata "first" table nil)))
            (should (equal (completion-try-completion "first" table nil 5 metadata) '("first" . 5)))
            (completion-all-completions "first" table nil 5 metadata)
            ;; Chosen, it is complete.
            (should (eq (completion-try-completion "Plan<House>" table nil 11 metadata) t))
            (should (test-completion "Plan<House>" table))
            (should-not (test-completion "first" table))
            (should (equal (completion-boundaries "first" table nil "") '(0 . 0))))
          "Plan<House>")
      (memento-notes-search))
    (should (equal (buffer-name) "house.org"))
    (should (looking-at-p "first, then the gutter"))))

(ert-deftest memento-notes-search-test-visits-the-line-of-the-best-hit ()
  (memento-test-with-notes
    (memento-test-answering (lambda (&rest _) "winter roof") (memento-notes-search))
    (should (equal (buffer-name) "house.org"))
    (should (looking-at-p "roof is to be mended"))
    ;; In a title alone: the note itself.
    (memento-test-answering (lambda (&rest _) "garden") (memento-notes-search))
    (should (equal (buffer-name) "garden.org"))
    (should (bobp))
    ;; Unsaved edits above the line.
    (memento-test-visit-note "house.org")
    (search-forward "#+title")
    (forward-line 0)
    (insert "# one\n# two\n")
    (memento-test-answering (lambda (&rest _) "4711") (memento-notes-search))
    (should (looking-at-p "4711"))
    (memento-test-should-refuse "No note has all of this: gazebo"
      (memento-test-answering (lambda (&rest _) "gazebo") (memento-notes-search)))
    (memento-test-should-refuse "Nothing to search for"
      (memento-test-answering (lambda (&rest _) "") (memento-notes-search)))))

(ert-deftest memento-notes-search-test-what-stands-beside-a-hit ()
  (memento-test-with-notes
    (memento-test-answering
        (lambda (_ table &rest _)
          (should (memento-test-candidates table "side" '(basic)))
          (let ((beside (memento-test-beside table "Plan")))
            ;; A link as what it shows, and the word in a face.
            (should (string-match-p "\\` +Dig the house side first,\\'" beside))
            (should (equal (get-text-property (string-search "side" beside) 'face beside) 'memento-notes-match))
            (should-not (get-text-property (string-search "house" beside) 'face beside)))
          (should (memento-test-candidates table "tiles" '(basic)))
          (should (string-match-p "\\` +PUBLIC +Tiles first" (memento-test-beside table "Plan")))
          (should (eq (memento-test-metadata table 'category) 'memento-note-hit))
          "side")
      (memento-notes-search))))

(ert-deftest memento-notes-search-test-snippets-fit ()
  (let ((long (concat (make-string 100 ?a) " needle " (make-string 100 ?b))))
    (should (= (string-width (memento--search-snippet long "needle" 60)) 60))
    (should (string-match-p "\\`….*needle.*…\\'" (memento--search-snippet long "needle" 60)))
    (should (equal (substring-no-properties (memento--search-snippet "short  [[id:x][text]]" "none" 60)) "short text"))
    (should (equal (substring-no-properties (memento--search-snippet "[[https://x.org]] 日本" nil 60)) "https://x.org 日本"))
    (should (<= (string-width (memento--search-snippet (make-string 80 ?日) "日" 31)) 31))))

(ert-deftest memento-notes-search-test-the-words-of-a-query ()
  (let ((matched (lambda (query text)
                   (let ((regexp (memento--search-regexp query)))
                     (and regexp (string-match-p regexp text) t)))))
    (should (funcall matched "alp bet" "the alphabet"))
    (should-not (funcall matched "pha" "the alphabet"))
    (should (funcall matched "\"two words\" -not" "are two words"))
    (should-not (funcall matched "\"two words\" -not" "not words"))
    (should (funcall matched "pre*" "prefix"))
    (should (funcall matched "本" "日本"))
    (should-not (memento--search-regexp "-not"))
    (should-not (memento--search-regexp " -> "))
    (should (funcall matched "a.b(" "x a.b( y"))))

(ert-deftest memento-notes-search-test-asks-the-index-once-for-one-query ()
  (memento-test-with-notes
    (memento--notes-sync)
    (let* ((calls 0)
           (function (symbol-function 'memento-core-notes-search))
           (search (memento--search-make 10)))
      (cl-letf (((symbol-function 'memento-core-notes-search)
                 (lambda (&rest arguments) (setq calls (1+ calls)) (apply function arguments))))
        (should (= (plist-get (funcall search "first") :total) 2))
        (funcall search "first")
        (should (= calls 1))
        (funcall search "  ")
        (should (= calls 1))
        (should-not (funcall search "-\"\""))
        (should (= (length (plist-get (funcall (memento--search-make 1) "first") :hits)) 1))))))

;;; memento-notes-search-test.el ends here
