;;; memento-list.el --- What lists have in common  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; The list of prompts and that of flashcards show the rows of a query: rows that stay in place when the list is filled again, texts
;; that are cut to fit, and a search that the list follows as one types.  What is here knows neither prompts nor cards.

;;; Code:

(require 'memento-module)
(require 'memento-review)
(require 'seq)

(define-obsolete-variable-alias 'memento-prompts-ascii 'memento-ascii "0.1.0")

(defcustom memento-ascii nil
  "Whether to draw stars, bars and lanes with ASCII characters alone.
Where the font or the terminal has no others, that is so anyway."
  :type 'boolean
  :group 'memento)

;;;; Texts

(defun memento--glyph (glyph plain)
  "Return GLYPH, or PLAIN where it cannot be displayed."
  (if (and (not memento-ascii) (seq-every-p #'char-displayable-p glyph)) glyph plain))

(defun memento--dots ()
  "Return what stands for the rest of a text."
  (memento--glyph "…" ">"))

(defun memento--cut (text width &optional pad)
  "Return TEXT cut to WIDTH columns, and with PAD made as wide."
  (truncate-string-to-width text width nil (and pad ?\s) (memento--dots)))

(defun memento--one-line (text)
  "Return TEXT on one line."
  (string-trim
   ;; Most are that already.
   (if (string-match-p "[[:cntrl:]\u202a-\u202e\u2066-\u2069]\\|  " text)
       ;; What turns the direction of text would turn the rest of the row.
       (replace-regexp-in-string "[[:cntrl:]\u202a-\u202e\u2066-\u2069 ]+" " " text)
     text)))

(defun memento--time (milliseconds format)
  "Return MILLISECONDS since 1970 by FORMAT, or \"-\" where they are nil."
  (if milliseconds (format-time-string format (/ milliseconds 1000.0)) "-"))

(defun memento--number (number)
  "Return NUMBER with its thousands parted."
  (let ((text (number-to-string number)))
    (while (string-match "\\`\\(-?[0-9]+\\)\\([0-9]\\{3\\}\\)" text)
      (setq text (replace-match "\\1,\\2" nil nil text)))
    text))

(defun memento--count (number noun)
  "Return NUMBER with NOUN, which takes an s in the plural."
  (format "%s %s%s" (memento--number number) noun (if (= number 1) "" "s")))

(defun memento--header-line (line keys width)
  "Return LINE with the KEYS at the end of WIDTH columns, for a header line.
Where there is no room for them the last one is shown, which is for help."
  (let* ((keys (seq-find (lambda (keys) (<= (+ (string-width line) 2 (string-width keys)) width))
                         (list keys (replace-regexp-in-string "\\`.*  " "" keys)) ""))
         (room (max 0 (- width (string-width line) (string-width keys)))))
    (string-replace "%" "%%" (concat line (make-string room ?\s) (propertize keys 'face 'shadow)))))

(defun memento--snippet (text regexp width)
  "Return about WIDTH columns of TEXT with the first match of REGEXP in them."
  (let* ((text (memento--one-line text))
         (case-fold-search t)
         (at (or (and regexp (string-match regexp text)) 0))
         (from (if (< (+ at 12) width) 0 (max 0 (- at (/ width 3)))))
         (blank (and (> from 0) (string-search " " text from)))
         (from (if (and blank (< blank at)) (1+ blank) from))
         (shown (if (= from 0) text (concat (memento--dots) (substring text from)))))
    (memento--search-highlight (memento--cut shown (max 20 width)) regexp)))

;;;; Rows

(defun memento--list-width ()
  "Return the width that the list has."
  (window-width (or (get-buffer-window nil t) (selected-window))))

(defun memento--list-place (position)
  "Return where POSITION is in the list: (ID LINE COLUMN)."
  (save-excursion
    (goto-char position)
    (list (tabulated-list-get-id) (line-number-at-pos) (current-column))))

(defun memento--list-goto (id)
  "Go to the row of ID; return nil where there is none."
  (let ((here (point)))
    (goto-char (point-min))
    (while (not (or (eobp) (equal (tabulated-list-get-id) id)))
      (forward-line 1))
    (or (not (eobp))
        (progn (goto-char here) nil))))

(defun memento--list-restore (place)
  "Return the position of PLACE: where its row is now, else its line."
  (pcase-let ((`(,id ,line ,column) place))
    (save-excursion
      (unless (and id (memento--list-goto id))
        (goto-char (point-min))
        (forward-line (1- (min line (max 1 (length tabulated-list-entries))))))
      (move-to-column column)
      (point))))

;;;; The query

(defun memento--query-with (query &rest values)
  "Return QUERY with the plist VALUES in it; what becomes nil is left out."
  (let ((query (copy-sequence query)) pruned)
    (while values
      (setq query (plist-put query (pop values) (pop values))))
    (while query
      (let ((key (pop query)) (value (pop query)))
        (when value
          (setq pruned (nconc pruned (list key value))))))
    pruned))

(defun memento--read-choice (prompt choices default)
  "Read with PROMPT one of CHOICES, an alist of (NAME . ANNOTATION).
DEFAULT is offered; an empty answer is nil."
  (let ((answer (completing-read (format-prompt prompt default)
                                 (memento--completion-table 'memento-filter choices)
                                 nil nil nil nil default)))
    (and (not (string-empty-p answer)) (memento--text answer))))

(defun memento--follow-typing (follow)
  "Call FOLLOW with what is in this minibuffer whenever that has changed."
  (let ((shown (minibuffer-contents-no-properties)))
    (add-hook 'post-command-hook
              (lambda ()
                (let ((input (minibuffer-contents-no-properties)))
                  (unless (or (equal input shown) (input-pending-p))
                    (setq shown input)
                    (let ((inhibit-quit t))
                      (funcall follow input)
                      ;; C-g meanwhile would stop this alone, and leave the minibuffer open: it is typed once more.
                      (when quit-flag
                        (setq quit-flag nil)
                        (push ?\C-g unread-command-events))))))
              nil t)))

(defun memento--list-live (window buffer query fill input)
  "Have the list BUFFER in WINDOW show the hits of INPUT, still being typed.
QUERY is the variable with what the list shows, FILL a function that fills it."
  ;; Who leaves the minibuffer for that window may have another buffer there by now.
  (when (and (window-live-p window) (eq (window-buffer window) buffer))
    (with-selected-window window
      (let ((before (symbol-value query)))
        (set query (memento--query-with before
                                        :text (and (not (string-blank-p input)) (memento--text input))
                                        :live t))
        (condition-case err
            (funcall fill)
          ;; Half a query such as "-" is not an error: it goes on.
          (memento-invalid (set query before))
          (memento-error (message "%s" (cadr err))))))))

(defun memento--list-search (prompt query history live fill put)
  "Read with PROMPT what to search for in this list, which follows the typing.
QUERY is the variable with what the list shows, HISTORY that of the searches.
LIVE fills the list while one types, FILL fills it again after \\`C-g', and PUT
is called with `:text' and `:live' of what was typed in the end."
  (let* ((before (symbol-value query))
         (place (memento--list-place (point)))
         (window (selected-window))
         (buffer (current-buffer))
         (kept nil))
    (unwind-protect
        (let ((text (string-trim
                     (minibuffer-with-setup-hook
                         (lambda ()
                           (memento--follow-typing
                            (lambda (input) (memento--list-live window buffer query live input))))
                       (read-from-minibuffer prompt (plist-get before :text) nil nil history)))))
          (unless (buffer-live-p buffer)
            (user-error "The list is gone"))
          (with-current-buffer buffer
            (funcall put
                     :text (and (not (string-empty-p text)) (memento--text text))
                     :live (not (string-empty-p text)))
            (goto-char (point-min)))
          (setq kept t))
      (when (and (not kept) (buffer-live-p buffer))
        (with-current-buffer buffer
          (set query before)
          (funcall fill)
          (goto-char (memento--list-restore place))
          (when (and (window-live-p window) (eq (window-buffer window) buffer))
            (set-window-point window (point))))))))

(provide 'memento-list)
;;; memento-list.el ends here
