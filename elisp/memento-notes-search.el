;;; memento-notes-search.el --- Search the text of all notes as one types  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-notes-search' is a `completing-read' whose candidates are what the index finds for the words typed so far.
;;
;; A completion style would throw away what it finds no match in: the title of a note need not contain the words.  Hence
;; the category has a style of its own, `memento-live', that takes what the table gives; to every other style the table is
;; empty.  Any user interface for completion works with that.  Where there is none, the *Completions* follow the typing.

;;; Code:

(require 'memento-notes-find)

(declare-function memento-core-notes-search "ext:memento-core")
(defvar vertico--input)
(defvar icomplete-mode)

;;;; Customization

(defcustom memento-notes-search-limit 100
  "How many notes a search shows at most, the best first."
  :group 'memento-notes
  :type 'natnum)

(defcustom memento-notes-search-delay 0.1
  "Seconds without a key before Emacs's own *Completions* follow the typing."
  :group 'memento-notes
  :type 'number)

(defface memento-notes-match '((t :inherit (match bold)))
  "Face of the words that were searched for."
  :group 'memento-notes)

;;;; Snippets

(defun memento--search-regexp (query)
  "Return a regexp of the words of QUERY that are looked for, or nil."
  (let (words)
    (save-match-data
      (let ((start 0))
        (while (string-match (rx (group (? "-")) (or (seq "\"" (group (* (not (any "\"")))) (? "\""))
                                                     (group (+ (not (any space "\""))))))
                             query start)
          (setq start (match-end 0))
          (let ((word (string-trim (or (match-string 2 query) (match-string 3 query)) "[[:punct:] ]+" "[[:punct:] ]+")))
            (unless (or (equal (match-string 1 query) "-") (string-empty-p word))
              (push word words))))))
    (and words
         ;; A word starts where a word starts; scripts without blanks have no such place.
         (mapconcat (lambda (word)
                      (concat (if (string-match-p "\\`[[:ascii:]]" word) "\\_<" "") (regexp-quote word)))
                    words "\\|"))))

(defun memento--search-highlight (text regexp)
  "Return TEXT with what matches REGEXP in a face; REGEXP may be nil."
  (let ((text (copy-sequence text))
        (case-fold-search t)
        (start 0))
    (while (and regexp (string-match regexp text start) (< start (match-end 0)))
      (add-face-text-property (match-beginning 0) (match-end 0) 'memento-notes-match nil text)
      (setq start (match-end 0)))
    text))

(defun memento--notes-plain (text)
  "Return TEXT, a piece of Org, on one line, with descriptions for links."
  (string-trim
   (replace-regexp-in-string
    "[ \t\n]+" " "
    (replace-regexp-in-string "\\[\\[\\(?:[^][]+\\]\\[\\)?\\([^][]+\\)\\]\\]" "\\1" text))))

(defun memento--search-snippet (snippet regexp width)
  "Return SNIPPET in WIDTH columns, with the first match of REGEXP in them."
  (let* ((text (memento--notes-plain snippet))
         (case-fold-search t)
         (at (or (and regexp (string-match regexp text)) 0))
         ;; A third of the line for what comes before, from the beginning of a word on.
         (from (if (< (+ at 12) width) 0 (max 0 (- at (/ width 3)))))
         (blank (and (> from 0) (string-search " " text from)))
         (from (if (and blank (< blank at)) (1+ blank) from))
         (shown (if (= from 0) text (concat "…" (substring text from)))))
    (memento--search-highlight (truncate-string-to-width shown (max 10 width) nil nil "…") regexp)))

;;;; The table

(defvar memento--search-history nil
  "What was searched for.")

(defun memento--search-make (limit)
  "Return a search of at most LIMIT hits: a function from a query to its result.
It is (:total N :hits HITS), or nil where there is no word to look for.  Of one
query asked twice the second answer is the first."
  (let ((last nil))
    (lambda (query)
      (let ((query (memento--text query)))
        (unless (equal (car last) query)
          (setq last (cons query
                           (unless (string-blank-p query)
                             ;; Half a query such as "-" is not an error: it goes on.
                             (ignore-error memento-invalid
                               (memento--call #'memento-core-notes-search query limit))))))
        (cdr last)))))

(defun memento--search-name-width ()
  "Return how wide the names of hits are: the lines beside them matter more."
  (max 20 (min 44 (/ (frame-width) 3))))

(defun memento--search-collection (search hits)
  "Return a completion table that is computed by SEARCH.
The hash table HITS remembers each hit by name, for who chooses it."
  (let ((regexp nil))
    (lambda (string _predicate action)
      (cond
       ((eq action 'metadata)
        `(metadata (category . memento-note-hit)
                   (display-sort-function . identity)
                   (cycle-sort-function . identity)
                   (affixation-function
                    . ,(lambda (names)
                         (let* ((names-width (memento--search-name-width))
                                (width (if (bound-and-true-p icomplete-mode)
                                           (/ (frame-width) 3)
                                         (- (frame-width) names-width 12))))
                           (mapcar (lambda (name)
                                     (list name ""
                                           (if-let ((hit (gethash name hits)))
                                               (concat (memento--notes-pad name names-width)
                                                       (memento--notes-mark hit)
                                                       (memento--search-snippet
                                                        (memento--search-text hit) regexp
                                                        (- width (max 0 (- (+ 2 (string-width name)) names-width)))))
                                             "")))
                                   names))))))
       ((eq (car-safe action) 'boundaries) nil)
       ((eq action 'memento-live)
        (setq regexp (memento--search-regexp string))
        (mapcar (lambda (hit)
                  (puthash (plist-get hit :name) hit hits)
                  (memento--search-highlight (plist-get hit :name) regexp))
                (plist-get (funcall search string) :hits)))
       ((eq action 'lambda) (and (gethash string hits) t))))))

;;;; The completion style

(defun memento--live-try (string table predicate point)
  "Complete STRING not at all: it is a query.
TABLE, PREDICATE and POINT are as for a function of `completion-styles-alist'."
  (cond
   ((test-completion string table predicate) t)
   ((funcall table string predicate 'memento-live) (cons string point))))

(defun memento--live-all (string table predicate _point)
  "Return what TABLE has for STRING, with PREDICATE."
  (funcall table string predicate 'memento-live))

(defconst memento--live-style
  '(memento-live memento--live-try memento--live-all "What a search finds, whether it looks like the query or not.")
  "A completion style for a table that looks for itself.")

;;;; Without a user interface for completion

(defvar-local memento--search-shown nil
  "The input that the *Completions* are of.")

(defvar-local memento--search-timer nil
  "The timer that will show the *Completions*, or nil.")

(defun memento--search-bare-p ()
  "Return non-nil if this minibuffer has only Emacs's own *Completions*."
  (and completion-auto-help
       (not (bound-and-true-p icomplete-mode))
       (not (local-variable-p 'vertico--input))
       (not noninteractive)))

(defun memento--search-show (minibuffer search)
  "Have the *Completions* show what SEARCH has for the input of MINIBUFFER."
  (when (and (buffer-live-p minibuffer)
             (active-minibuffer-window)
             (eq (window-buffer (active-minibuffer-window)) minibuffer))
    (with-selected-window (active-minibuffer-window)
      (let ((input (minibuffer-contents-no-properties)))
        (unless (equal input memento--search-shown)
          (setq memento--search-shown input)
          (if (plist-get (funcall search input) :hits)
              (let ((inhibit-message t)
                    (completion-show-help nil))
                (minibuffer-completion-help))
            (minibuffer-hide-completions)))))))

(defun memento--search-follow (search)
  "Have the *Completions* follow the typing in this minibuffer of SEARCH."
  (let ((minibuffer (current-buffer)))
    (add-hook 'post-command-hook
              (lambda ()
                (when memento--search-timer
                  (cancel-timer memento--search-timer))
                (setq memento--search-timer
                      (and (memento--search-bare-p)
                           (run-with-idle-timer memento-notes-search-delay nil
                                                #'memento--search-show minibuffer search))))
              nil t)))

(defun memento--search-count (search)
  "Show before the prompt how many notes SEARCH has found.
A user interface for completion does so itself, of those that are shown."
  (let ((overlay (make-overlay (point-min) (point-min) nil t)))
    (add-hook 'post-command-hook
              (lambda ()
                (let* ((input (minibuffer-contents-no-properties))
                       (found (funcall search input))
                       (total (or (plist-get found :total) 0)))
                  (overlay-put overlay 'before-string
                               (and (not (string-blank-p input))
                                    (or (memento--search-bare-p) (> total (length (plist-get found :hits))))
                                    (format "%d " total)))))
              t t)))

(defvar memento--search-map
  (let ((map (make-sparse-keymap)))
    ;; Words are parted by blanks, which must not complete.
    (define-key map (kbd "SPC") #'self-insert-command)
    map)
  "Keys of the minibuffer of a search.")

(defun memento--search-set-up (search)
  "Set up the minibuffer for SEARCH."
  (use-local-map (make-composed-keymap memento--search-map (current-local-map)))
  (memento--search-count search)
  (memento--search-follow search))

;;;; The command

(defun memento--search-read (search hits)
  "Read a query for SEARCH and return (QUERY . NAME), with HITS filled.
NAME is that of the hit that was chosen, else the query itself."
  (let* ((query "")
         (completion-styles-alist (cons memento--live-style completion-styles-alist))
         (completion-category-defaults
          (cons '(memento-note-hit (styles memento-live)) completion-category-defaults))
         (history-add-new-input nil)
         (name (memento--notes-with-completions
                 (minibuffer-with-setup-hook
                     (:append (lambda () (memento--search-set-up search)))
                   (memento--notes-preview
                    (lambda ()
                      (completing-read
                       "Search notes: "
                       (memento--search-collection
                        (lambda (string)
                          ;; A hit that was chosen stands in the minibuffer too, and is no query.
                          (unless (gethash string hits)
                            (setq query string))
                          (funcall search string))
                        hits)
                       nil nil nil 'memento--search-history))
                    (lambda (name)
                      (when-let ((hit (gethash name hits)))
                        (cons (plist-get hit :file)
                              (if (string-empty-p (memento--search-text hit))
                                  (plist-get hit :line)
                                (plist-get hit :snippet-line))))))))))
    (cons (if (and (gethash name hits) (not (string-empty-p query))) query name) name)))

;;;###autoload
(defun memento-notes-search ()
  "Search the text of all notes as you type, and visit the line that was found.
All words must be there; \"a phrase\", prefix* and -without work too.
\\`RET' visits the chosen note, else the best one."
  (interactive)
  (memento--with-user-errors
    (memento--notes-sync)
    (let* ((hits (make-hash-table :test #'equal))
           (search (memento--search-make memento-notes-search-limit))
           (answer (memento--search-read search hits))
           (query (string-trim (car answer)))
           (hit (or (gethash (cdr answer) hits)
                    (car (plist-get (funcall search (cdr answer)) :hits)))))
      (when (string-empty-p query)
        (user-error "Nothing to search for: type words that the note has"))
      (add-to-history 'memento--search-history query)
      (unless hit
        (user-error "No note has all of this: %s" query))
      (memento--search-visit hit query))))

(defun memento--search-text (hit)
  "Return the line of the text of HIT that was found, \"\" if it is the title."
  (let ((snippet (plist-get hit :snippet))
        (case-fold-search t))
    (if (string-match-p "\\`[ \t]*#\\+\\(?:title\\|filetags\\):" snippet) "" snippet)))

(defun memento--search-visit (hit query)
  "Visit the line of HIT with the words of QUERY."
  (let ((text (memento--search-text hit)))
    (if (string-empty-p text)
        (memento--notes-visit-node hit)
      (memento--notes-visit (plist-get hit :file) (plist-get hit :snippet-line)
                            (string-trim (car (split-string text "\n"))))
      (when-let ((regexp (memento--search-regexp query)))
        (let ((case-fold-search t))
          (when (re-search-forward regexp (line-end-position) t)
            (goto-char (match-beginning 0))))))))

(provide 'memento-notes-search)
;;; memento-notes-search.el ends here
