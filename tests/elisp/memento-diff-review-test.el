;;; memento-diff-review-test.el --- Tests of the review buffer  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-diff-review-test-helper)

(declare-function evil-mode "ext:evil-core")
(declare-function evil-motion-state "ext:evil-states")
(declare-function evil-visual-line "ext:evil-states")

(ert-deftest memento-diff-review-test-shows-what-it-should ()
  (memento-diff-test-with-review
    (should (derived-mode-p 'diff-mode))
    (should buffer-read-only)
    (should (equal default-directory (memento-diff-test-file "")))
    (should (string-match-p (concat "\\`Say five +" id "\n"
                                    "your own changes · .*shop · main\n"
                                    "8 files, 10 hunks, \\+7 -5 · 10 undecided\n"
                                    "a approve  r reject  c comment")
                            (memento-diff-test-header)))
    (let ((text (memento-diff-test-displayed memento--diff-start)))
      ;; A heading in the place of git's lines, and no line wasted.
      (should (string-prefix-p "[  ]modified a.py  +4  -3\n@@ -2,7 +2,7 @@ line 1\n line 2\n" text))
      (dolist (heading '("new      empty.txt\n" "deleted  gone.txt  -1\n" "modified image.bin  (binary)\n"
                         "new      long.txt  +2\n" "renamed  old name.txt → new name.txt\n"
                         "modified run.sh  (mode 100644 to 100755)\n"))
        (should (string-search (concat "\n[  ]" heading) text)))
      (should-not (string-match-p "^\\(?:diff\\|index\\|---\\|\\+\\+\\+\\|rename\\|old mode\\) " text))
      ;; A line of 10,000 characters is cut, and the text is as git wrote it.
      (should-not (string-match-p "x\\{300\\}" text))
      (should (string-match-p "x\\{10000\\}" (buffer-string)))
      (should (string-search "+2\r\n" text)))
    ;; The diff is one that Diff mode and patch(1) understand.
    (should (string-prefix-p "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ "
                             (buffer-substring-no-properties memento--diff-start (point-max))))))

(ert-deftest memento-diff-review-test-is-diff-mode ()
  (memento-diff-test-with-review
    (memento-diff-test-goto "+five")
    (should (equal (expand-file-name (diff-find-file-name nil t)) (memento-diff-test-file "a.py")))
    (font-lock-ensure)
    (memento--diff-decorate (point-min) (point-max))
    (should (memq 'diff-added (ensure-list (get-text-property (1+ (point)) 'face))))
    (should (equal (mapcar #'car (funcall imenu-create-index-function))
                   (mapcar (lambda (file) (plist-get file :path)) memento--diff-files)))
    ;; Nothing of Diff mode's own gets at the text or at the files.
    (dolist (key '("M-k" "C-c C-a" "C-c C-r" "C-c C-s" "C-x C-q"))
      (should (eq (key-binding (kbd key)) 'undefined)))
    (dolist (command '(diff-apply-hunk diff-revert-and-kill-hunk diff-apply-buffer))
      (should (eq (command-remapping command) 'undefined)))
    (should (eq (key-binding (kbd "n")) 'memento-diff-next))
    (should (eq (key-binding (kbd "r")) 'memento-diff-reject))
    (should (eq (key-binding (kbd "TAB")) 'memento-diff-toggle))
    ;; Of two keys help names the one that the README names.
    (should (equal (substring-no-properties
                    (substitute-command-keys "\\[memento-diff-next-file] \\[memento-diff-delete-comment] \\[memento-diff-log]"))
                   "N k l"))
    (should (eq (key-binding (kbd "RET")) 'memento-diff-visit))))

(ert-deftest memento-diff-review-test-text-stays-as-it-is ()
  (memento-diff-test-with-review
    (let ((text (buffer-string)))
      ;; Called by name, they get past the keys that are undefined here and past the read-only buffer.
      (dolist (command '(diff-hunk-kill diff-file-kill diff-reverse-direction diff-split-hunk diff-hunk-kill))
        (memento-diff-test-goto "+thirty")
        (should-error (call-interactively command) :type 'user-error))
      (let ((inhibit-read-only t))
        (dolist (position (list (point-min) memento--diff-start (point-max)))
          (goto-char position)
          (should-error (insert "typed") :type 'user-error)))
      (should (equal (buffer-string) text))
      ;; The review's own header changes all the same.
      (memento-diff-approve-file)
      (should (string-search "approved" (memento-diff-test-header))))))

(ert-deftest memento-diff-review-test-hidden-hunks-lend-no-sign ()
  (memento-diff-test-with-review
    (memento-diff-approve)
    (memento-test-write "shop/run.sh" "#!/bin/sh\necho\n")
    (memento-diff-test-request)
    (memento-diff-next-round)
    (let ((hidden (memento-diff-test-item "@@ -2,7")))
      (should (memento--diff-item-hidden-p hidden))
      ;; The line of the next hunk must not start with hidden text: Emacs would show that text's sign beside it.
      (should-not (invisible-p (1- (memento--diff-end hidden))))
      (should (invisible-p (1- (memento--diff-beginning hidden))))
      ;; The end of the line above is not the hidden hunk.
      (goto-char (1- (memento--diff-end hidden)))
      (setq memento--diff-point-before (point-min))
      (let ((this-command 'move-end-of-line))
        (memento--diff-reveal))
      (should (memento--diff-item-hidden-p hidden))
      (should (= (point) (1- (memento--diff-beginning hidden))))
      ;; Nothing that is not seen is judged.
      (goto-char (memento--diff-beginning hidden))
      (memento-test-should-refuse "hidden" (memento-diff-unmark))
      (should (equal (memento--diff-judgement hidden) 'approve)))))

(ert-deftest memento-diff-review-test-killed-buffer-waits-again ()
  (memento-diff-test-with-review
    (memento-diff-approve)
    (memento-diff-quit)
    (kill-buffer (memento--diff-buffer id))
    (should (eq (plist-get (plist-get (memento-diff-test-stored id) :request) :state) 'waiting))
    (should (eq (car (memento-diff-test-marks id)) 'approve))))

(ert-deftest memento-diff-review-test-fits-the-narrowest-window ()
  (memento-diff-test-with-review
    (let ((wide (window-body-width))
          (narrow (split-window-right -35)))
      (should (= (memento--diff-width) (min (window-body-width) (window-body-width narrow))))
      (should (< (memento--diff-width) wide))
      (memento--diff-resized narrow)
      (should (seq-every-p (lambda (line) (<= (string-width line) (memento--diff-width)))
                           (split-string (memento-diff-test-header) "\n")))
      (delete-window narrow)
      (memento--diff-resized (selected-window))
      (should (string-search "n/p hunk" (memento-diff-test-header))))))

(ert-deftest memento-diff-review-test-nothing-to-fold-above ()
  (memento-diff-test-with-review
    (goto-char (point-min))
    (memento-test-should-refuse "Nothing to fold" (memento-diff-toggle))))

(ert-deftest memento-diff-review-test-mode-line-has-room ()
  (should (equal (memento--diff-short-path "src/a.rs") "src/a.rs"))
  (should (string-match-p "\\`\\(?:…\\|\\.\\.\\.\\)/a\\.rs\\'"
                          (memento--diff-short-path (concat (mapconcat #'identity (make-list 60 "deep") "/") "/a.rs")))))

(ert-deftest memento-diff-review-test-header-fits ()
  (memento-diff-test-with-review
    (should (equal (substring-no-properties (memento--diff-header-keys 78))
                   "a approve  r reject  c comment  n/p hunk  RET visit  C-c C-c submit  ? more\n"))
    (should (equal (substring-no-properties (memento--diff-header-keys 50))
                   "a approve  r reject  C-c C-c submit  ? more\n"))
    (should (= (length (split-string (memento--diff-header-counts 80) "\n" t)) 1))
    (should (equal (substring-no-properties (memento--diff-header-counts 38))
                   "8 files, 10 hunks, +7 -5\n10 undecided\n"))))

(ert-deftest memento-diff-review-test-syntax-and-changed-words ()
  (memento-test-with-home
    (memento-test-write "shop/a.el" "(defun one ()\n  \"Return\nthe (number\n1.\"\n  1)\n\n\n\n\n(defun two ()\n  2)\n")
    (memento-diff-test-git "init" "-q")
    (memento-diff-test-git "add" "-A")
    (memento-diff-test-git "commit" "-q" "-m" "Begin")
    (memento-test-write "shop/a.el" "(defun one ()\n  \"Return\nthe (digit\n1.\"\n  1)\n\n\n\n\n(defun two ()\n  22)\n")
    (let ((buffers (buffer-list))
          (find-file-hook (list (lambda () (error "A file was visited")))))
      (memento--diff-review (memento-diff-test-request))
      (font-lock-ensure)
      (memento--diff-decorate (point-min) (point-max))
      (memento--diff-rich 0 (memento--diff-beginning 0) (memento--diff-end 0))
      ;; The docstring begins above what stands before the changed line.
      (memento-diff-test-goto "+the (digit")
      (should (memq 'font-lock-doc-face (flatten-tree (get-text-property (+ 2 (point)) 'face))))
      (should (memq 'diff-added (flatten-tree (get-text-property (+ 2 (point)) 'face))))
      (search-forward "(digi")
      (should (memq 'diff-refine-added (flatten-tree (get-text-property (1- (point)) 'face))))
      (memento-diff-test-goto "-the (number")
      (should (memq 'font-lock-doc-face (flatten-tree (get-text-property (+ 2 (point)) 'face))))
      (memento-diff-test-goto " (defun one")
      (should (memq 'font-lock-keyword-face (flatten-tree (get-text-property (+ 3 (point)) 'face))))
      (should-not (seq-filter (lambda (overlay) (overlay-get overlay 'face)) (overlays-in (point-min) (point-max))))
      ;; The buffers with whole files go with the review.
      (kill-buffer)
      (should-not (seq-difference (seq-filter (lambda (buffer) (string-match-p "memento diff" (buffer-name buffer)))
                                              (buffer-list))
                                  buffers)))))

(ert-deftest memento-diff-review-test-syntax-of-a-very-long-hunk ()
  (memento-test-with-home
    (memento-test-write "shop/a.el" "\n")
    (memento-diff-test-git "init" "-q")
    (memento-diff-test-git "add" "-A")
    (memento-diff-test-git "commit" "-q" "-m" "Begin")
    (memento-test-write "shop/b.el" (concat (apply #'concat (make-list 4000 "(defun one () \"Doc.\" 1)\n")) "(defun last () 1)\n"))
    (memento--diff-review (memento-diff-test-request))
    (font-lock-ensure)
    ;; What is displayed, and no more of it.
    (memento-diff-test-goto "+(defun last")
    (memento--diff-rich 0 (point) (line-end-position))
    (should (memq 'font-lock-keyword-face (flatten-tree (get-text-property (+ 3 (point)) 'face))))
    (should (memq 'font-lock-function-name-face (flatten-tree (get-text-property (+ 8 (point)) 'face))))
    (forward-line -1)
    (should-not (memq 'font-lock-keyword-face (flatten-tree (get-text-property (+ 3 (point)) 'face))))))

(ert-deftest memento-diff-review-test-narrowed ()
  (memento-diff-test-with-review
    (narrow-to-region (memento--diff-beginning 1) (memento--diff-end 1))
    (goto-char (point-min))
    (memento-diff-approve)
    (should-not (buffer-narrowed-p))
    (should (eql (memento--diff-item-at (point)) 2))
    (should (string-search "1 approved, 9 undecided" (memento-diff-test-header)))
    (should (string-prefix-p "diff --git" (buffer-substring memento--diff-start (point-max))))))

(ert-deftest memento-diff-review-test-moves ()
  (memento-diff-test-with-review
    ;; It begins at the first hunk, so that keys judge at once.
    (should (eql (memento--diff-item-at (point)) 0))
    (goto-char (point-min))
    (dotimes (index (length memento--diff-items))
      (memento-diff-next 1)
      (should (= (point) (memento--diff-beginning index))))
    (memento-test-should-refuse "last hunk" (memento-diff-next 1))
    (memento-diff-previous 3)
    (should (eql (memento--diff-item-at (point)) (- (length memento--diff-items) 4)))
    ;; From within a hunk back to its start.
    (memento-diff-test-goto "+five")
    (memento-diff-previous 1)
    (should (= (point) (memento--diff-beginning 0)))
    (memento-test-should-refuse "first hunk" (memento-diff-previous 1))
    (memento-diff-next-file 1)
    (should (looking-at-p "diff --git a/crlf"))
    (memento-diff-next-file 2)
    (should (looking-at-p "diff --git a/gone"))
    (forward-line 3)
    (memento-diff-previous-file 1)
    (should (looking-at-p "diff --git a/gone"))
    (memento-diff-previous-file 3)
    (should (looking-at-p "diff --git a/a.py"))
    (memento-test-should-refuse "first file" (memento-diff-previous-file 1))
    (goto-char (point-max))
    (memento-test-should-refuse "last file" (memento-diff-next-file 1))))

(ert-deftest memento-diff-review-test-visits-the-line-where-it-stands-now ()
  (memento-diff-test-with-review
    (let ((review (current-buffer)))
      (memento-diff-test-goto "+thirty and a half")
      (forward-char 4)
      (memento-diff-visit nil)
      (should (equal buffer-file-name (memento-diff-test-file "a.py")))
      (should (= (line-number-at-pos) 31))
      (should (= (current-column) 3))
      ;; The file has changed since, under the buffer that visits it.
      (memento-test-write "shop/a.py" (concat "new\nnew\n" (memento-test-read buffer-file-name)))
      (set-file-times buffer-file-name (time-add nil 5))
      (with-current-buffer review
        (memento-diff-test-goto "+five")
        (save-window-excursion
          (memento-diff-visit nil)
          (should (equal (buffer-substring (line-beginning-position) (line-end-position)) "five"))
          (should (= (line-number-at-pos) 7))))
      ;; The first line of a hunk leads to what it changes.
      (switch-to-buffer review)
      (goto-char (memento--diff-beginning 2))
      (delete-other-windows)
      (memento-diff-visit-other-window)
      (should (equal (thing-at-point 'line) "fifty-five\n"))
      (should (get-buffer-window review))
      (pop-to-buffer review)
      (memento-diff-test-goto "-this goes")
      (memento-test-should-refuse "gone\\.txt" (memento-diff-visit nil)))))

(ert-deftest memento-diff-review-test-copies-patches ()
  (memento-diff-test-with-review
    (memento-diff-test-goto "+thirty")
    (memento-diff-copy nil nil)
    (let ((patch (current-kill 0)))
      (should (string-match-p "\\`diff --git .*\n--- a/a\\.py\n\\+\\+\\+ b/a\\.py\n@@ [^@]+@@.*\n" patch))
      (should-not (string-match-p "five\n" patch))
      ;; It is one that git takes.
      (memento-test-write "shop.patch" patch)
      (memento-diff-test-git "checkout" "-q" "a.py")
      (memento-diff-test-git "apply" (expand-file-name "shop.patch" memento-test-home))
      (should (string-search "thirty and a half" (memento-test-read (memento-diff-test-file "a.py")))))
    (memento-diff-copy (line-beginning-position) (line-end-position))
    (should (equal (current-kill 0) "+thirty"))))

(ert-deftest memento-diff-review-test-folds ()
  (memento-diff-test-with-review
    (memento-diff-test-goto "+five")
    (memento-diff-toggle)
    (should (looking-at-p "@@ "))
    (should (invisible-p (save-excursion (search-forward "+five"))))
    (should-not (invisible-p (save-excursion (search-forward "+thirty"))))
    (memento-diff-toggle)
    (should-not (invisible-p (save-excursion (search-forward "+five"))))
    (goto-char (memento--diff-file-beginning 0))
    (memento-diff-toggle)
    (should (invisible-p (save-excursion (search-forward "+thirty"))))
    (should (string-search "modified a.py  +4  -3  (3 hunks)" (memento-diff-test-displayed)))
    ;; Moving opens what it leads into.
    (goto-char (point-min))
    (memento-diff-next 1)
    (should-not (invisible-p (save-excursion (search-forward "+thirty"))))
    (memento-diff-toggle-all)
    (should (= (bool-vector-count-population memento--diff-folded-files) (length memento--diff-files)))
    (should (= (count-lines memento--diff-start (point-max))
               (count-lines memento--diff-start (point-max))))
    ;; So does a search.
    (goto-char (point-min))
    (let ((memento--diff-point-before (point)) (this-command 'isearch-repeat-forward))
      (search-forward "fifty-five")
      (memento--diff-reveal))
    (should-not (invisible-p (1- (point))))
    (should (invisible-p (save-excursion (search-forward "+2\r"))))
    (memento-diff-toggle-all)
    (memento-diff-toggle-all)
    (should-not (invisible-p (save-excursion (goto-char (point-min)) (search-forward "+2\r"))))))

(ert-deftest memento-diff-review-test-very-long-lines-unfold ()
  (memento-diff-test-with-review
    (let ((item (memento-diff-test-item "+xxx")))
      (should-not (string-match-p "x\\{300\\}" (memento-diff-test-displayed)))
      (goto-char (memento--diff-beginning item))
      (memento-diff-toggle)
      (memento-diff-toggle)
      (should (string-match-p "x\\{10000\\}" (memento-diff-test-displayed))))))

(ert-deftest memento-diff-review-test-empty-and-odd-diffs ()
  (memento-test-with-home
    (memento-diff-test-repository)
    ;; The own changes of an empty file alone: no hunk at all.
    (memento-diff-test-git "checkout" "-q" "-f" "HEAD" ".")
    (memento-diff-test-git "reset" "-q" "--hard")
    (memento-diff-test-git "clean" "-fdq")
    (memento-test-write "shop/empty.txt" "")
    (memento--diff-review (memento-diff-test-request))
    (should (string-search "1 file, 1 hunk" (memento-diff-test-header)))
    (memento-diff-approve)
    (should (equal (memento-diff-test-marks) '(approve)))
    (memento-test-should-refuse "nothing in this file to fold" (memento-diff-toggle))
    (memento-diff-toggle-all)
    (memento-diff-copy nil nil)
    (should (string-prefix-p "diff --git a/empty.txt" (current-kill 0)))
    (memento-diff-unmark)
    (should (equal (memento-diff-test-marks) '(nil)))))

(ert-deftest memento-diff-review-test-summary-is-wrapped-and-cut ()
  (memento-diff-test-with-review
    (setq memento--diff-request
          (plist-put memento--diff-request :summary
                     (concat (mapconcat #'identity (make-list 40 "word") " ") "\n\n- one\n- two\n" (memento-diff-test-lines 12))))
    (memento--diff-show nil)
    (let ((header (memento-diff-test-header)))
      (should (string-match-p "^word word" header))
      (should (string-match-p "^- one$" header))
      (should (string-match-p "^… [0-9]+ more lines (TAB)$" header))
      (should-not (string-match-p "line 12" header))
      (should (seq-every-p (lambda (line) (<= (string-width line) 80)) (split-string header "\n"))))
    (goto-char (point-min))
    (memento-diff-toggle)
    (should (string-match-p "^line 12$" (memento-diff-test-header)))
    (memento-diff-toggle)
    (should-not (string-match-p "^line 12$" (memento-diff-test-header)))))

(ert-deftest memento-diff-review-test-evil ()
  (memento-test-evil)
  (unwind-protect
      (progn
        (evil-mode 1)
        (memento-diff-test-with-review
          (evil-motion-state)
          (pcase-dolist (`(,key . ,command) '(("n" . memento-diff-next) ("a" . memento-diff-approve)
                                              ("r" . memento-diff-reject) ("TAB" . memento-diff-toggle)
                                              ("c" . memento-diff-comment) ("x" . memento-diff-delete-comment)
                                              ("gr" . revert-buffer) ("j" . evil-next-line) ("k" . evil-previous-line)
                                              ("L" . memento-diff-log) ("?" . memento-diff-menu)
                                              ("C-c C-c" . memento-diff-submit)))
            (should (eq (key-binding (kbd key)) command)))
          (evil-visual-line)
          (should (eq (key-binding (kbd "c")) 'memento-diff-comment))))
    (evil-mode -1)))

(provide 'memento-diff-review-test)
;;; memento-diff-review-test.el ends here
